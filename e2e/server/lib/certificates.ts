import { generate } from 'selfsigned'

export interface Certificates {
  /** What a client must trust, as PEM. */
  readonly authority: string
  /** What the server shows, signed by the authority, as PEM. */
  readonly certificate: string
  /** The server's private key, as PEM. */
  readonly key: string
}

/** Makes a certificate authority of this run's own, and a certificate of it for the host names. */
export async function makeCertificates(hosts: readonly string[]): Promise<Certificates> {
  const options = { keyType: 'ec', algorithm: 'sha256' } as const
  const authority = await generate([{ name: 'commonName', value: 'Threadline test authority' }], {
    ...options,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, critical: true },
    ],
  })
  const server = await generate([{ name: 'commonName', value: 'Threadline test server' }], {
    ...options,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: hosts.map((value) => ({ type: 2, value })) },
    ],
  })
  return { authority: authority.cert, certificate: server.cert, key: server.private }
}
