import { Buffer } from 'node:buffer'

// Writes small files in MaxMind's format (https://maxmind.github.io/MaxMind-DB/): a tree of address bits, the data that its
// leaves point to, and a description of both.

/** What a record may hold, as far as tests need it. */
export type Value = string | number | readonly Value[] | { readonly [key: string]: Value }

/** The networks of IPv4 that a file knows, `203.0.113.0/24`, and what it says of each. */
export type Networks = { readonly [network: string]: Value }

interface Node {
  readonly children: [Node | Leaf | undefined, Node | Leaf | undefined]
}

interface Leaf {
  readonly offset: number
}

/** Bytes between the tree and its data, by which the two are told apart. */
const SEPARATOR = 16
const RECORD_BYTES = 4

/** IPv4 has the last 32 bits of an address: the first 96 are zero. */
const PREFIX_BITS = 96

export function placeFile(networks: Networks): Uint8Array {
  const root: Node = { children: [undefined, undefined] }
  const data: Buffer[] = []
  let offset = 0
  for (const [network, value] of Object.entries(networks)) {
    insert(root, bitsOf(network), { offset })
    const encoded = encode(value)
    data.push(encoded)
    offset += encoded.length
  }
  const nodes = nodesOf(root)
  const tree = Buffer.alloc(nodes.length * RECORD_BYTES * 2)
  nodes.forEach(({ children }, index) => {
    children.forEach((child, side) => {
      tree.writeUInt32BE(recordOf(child, nodes), (index * 2 + side) * RECORD_BYTES)
    })
  })
  const marker = Buffer.concat([Buffer.from([0xab, 0xcd, 0xef]), Buffer.from('MaxMind.com')])
  return Buffer.concat([tree, Buffer.alloc(SEPARATOR), ...data, marker, encode(metadata(nodes.length))])
}

function metadata(nodeCount: number): Value {
  return {
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1_767_225_600,
    database_type: 'Test-City',
    description: { en: 'made by a test' },
    ip_version: 6,
    languages: ['en'],
    node_count: nodeCount,
    record_size: RECORD_BYTES * 8,
  }
}

function bitsOf(network: string): number[] {
  const [address = '', length] = network.split('/')
  const bits = address
    .split('.')
    .flatMap((part) => Array.from({ length: 8 }, (_, bit) => (Number(part) >> (7 - bit)) & 1))
  return [...Array.from({ length: PREFIX_BITS }, () => 0), ...bits.slice(0, Number(length))]
}

function insert(root: Node, bits: readonly number[], leaf: Leaf): void {
  let node = root
  bits.forEach((bit, index) => {
    if (index === bits.length - 1) {
      node.children[bit] = leaf
      return
    }
    const next = node.children[bit]
    const inner = next && 'children' in next ? next : { children: [undefined, undefined] as Node['children'] }
    node.children[bit] = inner
    node = inner
  })
}

function nodesOf(node: Node): Node[] {
  return [node, ...node.children.flatMap((child) => (child && 'children' in child ? nodesOf(child) : []))]
}

function recordOf(child: Node | Leaf | undefined, nodes: readonly Node[]): number {
  if (child === undefined) return nodes.length
  return 'children' in child ? nodes.indexOf(child) : nodes.length + SEPARATOR + child.offset
}

const TYPES = { string: 2, uint32: 6, map: 7, array: 11 } as const

function encode(value: Value): Buffer {
  if (typeof value === 'string') {
    const bytes = Buffer.from(value)
    return Buffer.concat([control('string', bytes.length), bytes])
  }
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32BE(value)
    return Buffer.concat([control('uint32', bytes.length), bytes])
  }
  if (isList(value)) return Buffer.concat([control('array', value.length), ...value.map(encode)])
  const entries = Object.entries(value)
  return Buffer.concat([control('map', entries.length), ...entries.flatMap(([key, of]) => [encode(key), encode(of)])])
}

function isList(value: Exclude<Value, string | number>): value is readonly Value[] {
  return Array.isArray(value)
}

/** The type and the size of what follows: below 29 in the first byte, below 285 in one more. */
function control(name: keyof typeof TYPES, size: number): Buffer {
  const type = TYPES[name]
  const [short, more] = size < 29 ? [size, []] : [29, [size - 29]]
  return type > 7 ? Buffer.from([short, type - 7, ...more]) : Buffer.from([(type << 5) | short, ...more])
}
