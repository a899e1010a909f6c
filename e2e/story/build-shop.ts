import { buildFrontEnds } from '@threadline/example-shop/front-ends'

/** Builds the shop's pages before any file starts: all of them write to one folder, unless nothing is left to build. */
export async function setup(): Promise<void> {
  await buildFrontEnds()
}
