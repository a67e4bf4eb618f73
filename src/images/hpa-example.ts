import type { Image } from "../runtime/image.ts";
import type { Process } from "../runtime/process.ts";
import { serve } from "./web/serve.ts";

/** What a million square roots take. */
const requestMs = 50;

/** Every request costs processor time: for the autoscaling walkthrough. */
export const hpaExample: Image = {
  names: ["registry.k8s.io/hpa-example"],
  base: "debian",
  command: ["apache2-foreground"],
  ports: [80],
  sizeMiB: 165,
  programs: { "/usr/local/bin/apache2-foreground": run },
};

function run(process: Process): Promise<number> {
  const headers = {
    server: "Apache/2.4.10 (Debian)",
    "x-powered-by": "PHP/5.6.14",
    "content-type": "text/html; charset=UTF-8",
  };
  return serve(process, 80, async () => {
    await process.compute(requestMs);
    return { status: 200, headers, body: "OK!" };
  });
}
