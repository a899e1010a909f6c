/** Words that nobody takes amiss, and that tell people apart at a glance: 64 each, so that six bits choose one. */
const QUALITIES =
  'amber ample apt azure brave brisk calm clear clever coral cosy crisp dapper deep early eager fair fleet fond frank free fresh gentle glad golden grand happy hazel ideal indigo ivory jade jolly keen kind lilac lively lucid lucky mellow merry mild neat nimble noble olive opal pale plain proud quick quiet rapid rosy royal sage silver snug steady sunny swift tidy vivid warm'.split(
    ' ',
  )
const ANIMALS =
  'badger beaver bison bobcat camel cheetah condor coyote crane cricket dingo dolphin donkey eagle egret falcon ferret finch fox gazelle gecko gibbon heron hoopoe ibex ibis iguana jackal jaguar jay kestrel kiwi koala lark lemur leopard lizard llama lynx magpie marmot marten mole moose newt ocelot orca osprey otter owl panda panther pelican penguin puffin quail rabbit raven robin salmon seal sparrow stork swan'.split(
    ' ',
  )

/** A name for somebody who gave none, always the same for an id: `Calm Otter`. Of many people some share one. */
export function pseudonym(id: string): string {
  const hash = hashOf(id)
  return `${capital(QUALITIES[hash % QUALITIES.length])} ${capital(ANIMALS[(hash >>> 8) % ANIMALS.length])}`
}

/** 32 bits that differ by much where texts differ by little (FNV-1a, and the end of MurmurHash3). */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

function capital(word = ''): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}
