import type { Image } from "../runtime/image.ts";
import type { Process } from "../runtime/process.ts";
import { serve } from "./web/serve.ts";

/** The pictures of Kubernetes' update demo: what each serves is `/data.json`. */
export const nautilus: Image = picture("nautilus");
export const kitten: Image = picture("kitten");

function picture(name: string): Image {
  const run = (process: Process): Promise<number> =>
    serve(process, 80, ({ url }) => {
      const isData = url.split("?", 1)[0] === "/data.json";
      const body = isData ? `{\n"image": "${name}.jpg"\n}\n` : "404 page not found\n";
      return {
        status: isData ? 200 : 404,
        headers: { "content-type": isData ? "application/json" : "text/plain; charset=utf-8" },
        body,
      };
    });
  return {
    names: [`registry.k8s.io/e2e-test-images/${name}`, `gcr.io/kubernetes-e2e-test-images/${name}`],
    base: "none",
    entrypoint: ["/test-webserver"],
    ports: [80],
    sizeMiB: 47,
    programs: { "/test-webserver": run },
  };
}
