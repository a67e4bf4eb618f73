import type { Image } from "../runtime/image.ts";
import type { Process } from "../runtime/process.ts";

/** A shell; with nobody at its stdin it ends at once. */
export const busybox: Image = {
  names: ["busybox", "registry.k8s.io/busybox", "registry.k8s.io/e2e-test-images/busybox", "quay.io/libpod/busybox"],
  base: "busybox",
  command: ["sh"],
  sizeMiB: 2.1,
};

export const alpine: Image = {
  names: ["alpine"],
  base: "alpine",
  command: ["/bin/sh"],
  sizeMiB: 3.5,
};

/** Debian and Ubuntu have no network tools until somebody installs them. */
export const debian: Image = {
  names: ["debian", "ubuntu", "public.ecr.aws/ubuntu/ubuntu", "registry.k8s.io/debian-base"],
  base: "debian",
  command: ["bash"],
  sizeMiB: 47,
};

export const bash: Image = {
  names: ["bash"],
  base: "alpine",
  tools: ["bash"],
  entrypoint: ["docker-entrypoint.sh"],
  command: ["bash"],
  sizeMiB: 6,
  programs: { "/usr/local/bin/docker-entrypoint.sh": entrypoint },
};

/** Scripts and options are bash's. */
function entrypoint(process: Process): Promise<number> {
  const args = process.argv.slice(1);
  const isForBash = args.length === 0 || args[0]?.startsWith("-") === true || args[0]?.endsWith(".sh") === true;
  return process.become(isForBash ? ["bash", ...args] : args);
}
