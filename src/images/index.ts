import type { Image } from "../runtime/image.ts";
import { agnhost } from "./agnhost/agnhost.ts";
import { alpine, busybox, debian } from "./busybox.ts";
import { curl } from "./curl.ts";
import { nginx, nginxUnprivileged } from "./nginx/nginx.ts";
import { pause } from "./pause.ts";
import { stableServer } from "./stable-server.ts";

/** Every simulated image, in the order in which `picokube images` lists them. */
export const builtinImages: readonly Image[] = [
  stableServer,
  curl,
  nginx,
  nginxUnprivileged,
  busybox,
  alpine,
  debian,
  agnhost,
  pause,
];
