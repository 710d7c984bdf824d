/**
 * Imported first by everything that people start: an older Node would otherwise
 * fail later with an error that does not name the cause.
 */
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

if (major < 22 || (major === 22 && minor < 19)) {
  console.error(
    `WatchQL needs Node 22.19 or newer and this is Node ${process.versions.node}.\n` +
      'On Linux, macOS and Windows "npm ci" installs a Node 24 for the npm scripts; where it has none for your platform, install Node 24 yourself.',
  )
  process.exit(1)
}
