import type { Image } from "../runtime/image.ts";
import type { Process } from "../runtime/process.ts";

/** A user of its own, for tests of `runAsNonRoot`. */
export const nonRoot: Image = {
  names: ["registry.k8s.io/e2e-test-images/nonroot"],
  base: "busybox",
  user: { uid: 1234, gid: 0, name: "1234", home: "/" },
  command: ["sh"],
  sizeMiB: 18,
};

/** Its program belongs to root and runs as root whoever starts it, unless the container must not gain privileges. */
export const nonewprivs: Image = {
  names: ["registry.k8s.io/e2e-test-images/nonewprivs"],
  base: "none",
  entrypoint: ["/nnp"],
  sizeMiB: 1,
  programs: { "/nnp": tellEffectiveUser },
};

async function tellEffectiveUser(process: Process): Promise<number> {
  const isHeld = process.files.readText("/proc/self/status").includes("NoNewPrivs:\t1");
  await process.print(`Effective uid: ${isHeld ? process.user.uid : 0}\n`);
  return 0;
}
