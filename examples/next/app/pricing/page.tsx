// Built once and the same for everybody: caches may share it, so it carries no id.
export const revalidate = 300

// biome-ignore lint/style/noDefaultExport: what Next asks for
export default function Pricing() {
  return (
    <main>
      <title>Pricing</title>
      <p>Pro: 29 $ a month</p>
    </main>
  )
}
