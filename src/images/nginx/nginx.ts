import type { Image } from "../../runtime/image.ts";
import { nginxEntrypoint } from "./entrypoint.ts";
import { nginxFiles } from "./files.ts";
import { failurePage, welcomePage } from "./pages.ts";
import { nginxProgram } from "./program.ts";
import { hasNginxTag } from "./version.ts";

const pages = { "index.html": welcomePage, "50x.html": failurePage };
const nginxUser = { uid: 101, gid: 101, name: "nginx", home: "/var/cache/nginx" };

/** nginx with its entry point, its configuration files and its logs. https://hub.docker.com/_/nginx */
export const nginx: Image = {
  names: [
    "nginx",
    "public.ecr.aws/nginx/nginx",
    "registry.k8s.io/nginx",
    "registry.k8s.io/e2e-test-images/nginx",
    "registry.k8s.io/nginx-slim",
  ],
  base: "debian",
  tools: ["curl"],
  entrypoint: ["/docker-entrypoint.sh"],
  command: ["nginx", "-g", "daemon off;"],
  env: {
    NGINX_VERSION: "1.27.4",
    NJS_VERSION: "0.8.9",
    NJS_RELEASE: "1~bookworm",
    PKG_RELEASE: "1~bookworm",
    DYNPKG_RELEASE: "1~bookworm",
  },
  ports: [80],
  stopSignal: "SIGQUIT",
  sizeMiB: 69,
  files: nginxFiles(pages),
  directories: ["/var/cache/nginx"],
  links: { "/var/log/nginx/access.log": "/dev/stdout", "/var/log/nginx/error.log": "/dev/stderr" },
  programs: { "/docker-entrypoint.sh": nginxEntrypoint, "/usr/sbin/nginx": nginxProgram },
  hasTag: (tag) => /^0\.\d+$/u.test(tag) || hasNginxTag(tag),
};

/** The same for users that are not root: port 8080. */
export const nginxUnprivileged: Image = {
  ...nginx,
  names: ["nginxinc/nginx-unprivileged", "ghcr.io/nginxinc/nginx-unprivileged"],
  user: nginxUser,
  ports: [8080],
  files: nginxFiles(pages, { port: 8080, pid: "/tmp/nginx.pid" }),
};
