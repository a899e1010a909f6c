declare module '@hotwired/turbo' {
  export function visit(location: string): void
}
