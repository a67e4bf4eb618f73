import type { Base } from "./image.ts";

/** What an image of a base has beside its tools. */
export interface Skeleton {
  /** Mode by path. */
  readonly directories: Readonly<Record<string, number>>;
  /** Target by path. */
  readonly links: Readonly<Record<string, string>>;
  /** Text by path. */
  readonly files: Readonly<Record<string, string>>;
}

const common = { "/dev": 0o755, "/etc": 0o755, "/proc": 0o555, "/sys": 0o555, "/root": 0o700, "/tmp": 0o1777 };
const usual = directories("/home", "/usr/bin", "/usr/sbin", "/usr/lib", "/usr/local/bin", "/usr/share", "/var/log");
const tree = directories("/media", "/mnt", "/opt", "/run", "/srv", "/var/cache", "/var/lib", "/var/spool");

const nsswitch = "passwd: files\ngroup: files\nhosts: files dns\n";
const profile = `export PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"\n`;
const services = [
  "ftp\t\t21/tcp",
  "ssh\t\t22/tcp",
  "telnet\t\t23/tcp",
  "smtp\t\t25/tcp",
  "domain\t\t53/tcp",
  "domain\t\t53/udp",
  "http\t\t80/tcp",
  "https\t\t443/tcp",
  "mysql\t\t3306/tcp",
  "postgresql\t5432/tcp",
].join("\n");

/** Debian, Alpine and busybox as their official images are; `none` is what distroless has. */
export const skeletons: Readonly<Record<Base, Skeleton>> = {
  busybox: {
    directories: { ...common, ...usual, "/bin": 0o755, "/lib": 0o755, "/var/spool": 0o755, "/var/tmp": 0o1777 },
    links: { "/lib64": "lib" },
    files: {
      "/etc/passwd": passwd("sh", ["bin:x:1:1:bin:/bin:/bin/false", "www-data:x:33:33:www-data:/var/www:/bin/false"]),
      "/etc/group": group(["daemon:x:1:", "bin:x:2:", "tty:x:5:", "wheel:x:10:root", "www-data:x:33:", "users:x:100:"]),
      "/etc/shadow": "root:*:::::::\nnobody:*:::::::\n",
      "/etc/localtime": "TZif2\n",
      "/etc/nsswitch.conf": nsswitch,
    },
  },
  alpine: {
    directories: { ...common, ...usual, ...tree, ...directories("/bin", "/lib", "/sbin"), "/var/tmp": 0o1777 },
    links: { "/var/run": "../run" },
    files: {
      "/etc/passwd": passwd("sh", ["bin:x:1:1:bin:/bin:/sbin/nologin", "daemon:x:2:2:daemon:/sbin:/sbin/nologin"]),
      "/etc/group": group([
        "bin:x:1:root,bin,daemon",
        "daemon:x:2:root,bin,daemon",
        "sys:x:3:root,bin",
        "adm:x:4:root,daemon",
        "tty:x:5:",
        "disk:x:6:root",
        "wheel:x:10:root",
        "floppy:x:11:root",
        "dialout:x:20:root",
        "tape:x:26:root",
        "video:x:27:root",
        "www-data:x:82:",
        "users:x:100:games",
      ]),
      "/etc/shadow": "root:*::0:::::\nnobody:!::0:::::\n",
      "/etc/os-release": osRelease({
        NAME: '"Alpine Linux"',
        ID: "alpine",
        VERSION_ID: "3.21.0",
        PRETTY_NAME: '"Alpine Linux v3.21"',
        HOME_URL: '"https://alpinelinux.org/"',
        BUG_REPORT_URL: '"https://gitlab.alpinelinux.org/alpine/aports/-/issues"',
      }),
      "/etc/alpine-release": "3.21.0\n",
      "/etc/issue": "Welcome to Alpine Linux 3.21\nKernel \\r on an \\m (\\l)\n",
      "/etc/motd": "Welcome to Alpine!\n",
      "/etc/nsswitch.conf": nsswitch,
      "/etc/profile": profile,
      "/etc/services": `${services}\n`,
      "/etc/shells": "/bin/sh\n/bin/ash\n",
    },
  },
  debian: {
    directories: { ...common, ...usual, ...tree, "/boot": 0o755, "/usr/lib64": 0o755, "/var/tmp": 0o1777 },
    links: {
      "/bin": "usr/bin",
      "/lib": "usr/lib",
      "/lib64": "usr/lib64",
      "/sbin": "usr/sbin",
      "/var/run": "/run",
    },
    files: {
      "/etc/passwd": passwd("bash", [
        "daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin",
        "bin:x:2:2:bin:/bin:/usr/sbin/nologin",
        "www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin",
        "_apt:x:42:65534::/nonexistent:/usr/sbin/nologin",
      ]),
      "/etc/group": group(["daemon:x:1:", "bin:x:2:", "tty:x:5:", "www-data:x:33:", "users:x:100:"]),
      "/etc/shadow": "root:*:19995:0:99999:7:::\nnobody:*:19995:0:99999:7:::\n",
      "/etc/os-release": osRelease({
        PRETTY_NAME: '"Debian GNU/Linux 12 (bookworm)"',
        NAME: '"Debian GNU/Linux"',
        VERSION_ID: '"12"',
        VERSION: '"12 (bookworm)"',
        VERSION_CODENAME: "bookworm",
        ID: "debian",
        HOME_URL: '"https://www.debian.org/"',
        SUPPORT_URL: '"https://www.debian.org/support"',
        BUG_REPORT_URL: '"https://bugs.debian.org/"',
      }),
      "/etc/debian_version": "12.8\n",
      "/etc/issue": "Debian GNU/Linux 12 \\n \\l\n\n",
      "/etc/nsswitch.conf": nsswitch,
      "/etc/profile": profile,
      "/etc/services": `${services}\n`,
      "/etc/shells": "/bin/sh\n/bin/bash\n/usr/bin/sh\n/usr/bin/bash\n",
    },
  },
  none: {
    directories: { ...common, "/home": 0o755, "/usr": 0o755, "/var": 0o755, "/run": 0o755 },
    links: { "/var/run": "/run" },
    files: {
      "/etc/passwd": passwd("nologin", ["nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin"]),
      "/etc/group": group(["nonroot:x:65532:"]),
      "/etc/nsswitch.conf": nsswitch,
    },
  },
};

function directories(...paths: string[]): Record<string, number> {
  return Object.fromEntries(paths.map((path) => [path, 0o755]));
}

function passwd(shell: string, others: readonly string[]): string {
  const nobody = "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin";
  return `${[`root:x:0:0:root:/root:/bin/${shell}`, ...others, nobody].join("\n")}\n`;
}

function group(others: readonly string[]): string {
  return `${["root:x:0:", ...others, "nogroup:x:65534:"].join("\n")}\n`;
}

function osRelease(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${value}\n`)
    .join("");
}
