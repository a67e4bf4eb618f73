import { parseYamlDocuments } from "../api/yaml.ts";
import type { Image } from "../runtime/image.ts";
import { readDeclaration } from "./declared/declaration.ts";
import { imageOf } from "./declared/image-of.ts";
import { isMap } from "./declared/reader.ts";

/**
 * Images described in YAML: one a document, or several under `images:`. Throws an Error that says which image and
 * which field is wrong.
 *
 * ```yaml
 * name: shop/checkout            # or names: [shop/checkout, registry.example/shop/checkout]
 * tags: [v1, v2]                 # any other tag cannot be pulled; all can unless given
 * base: alpine                   # what is in PATH: busybox (unless given), alpine, debian or none (no shell)
 * tools: [curl, dig]             # further programs
 * env: { COLOR: blue }           # the image's own variables
 * user: 1000                     # or { uid: 1000, gid: 1000, name: shop, home: /home/shop }; root unless given
 * files: { /etc/motd: "hi\n" }
 * ports:
 *   - port: 8080
 *     response: "{pod} says hello from {path}, {env.COLOR}\n"
 *     contentType: text/plain    # guessed from the response unless given
 *     status: 200
 *     headers: { X-Node: "{node}" }
 *     delay: 200ms               # before each answer
 *     routes:                    # by path; "/api/*" takes all below it; the rest is answered as above
 *       /healthz: ok
 *       /slow: { response: "at last\n", delay: 5s }
 *       /broken: { status: 500, response: "no\n" }
 * startupDelay: 3s               # before it listens
 * logs: ["starting", "ready on {ip}"]
 * logEvery: { period: 5s, line: "still here" }
 * exitAfter: 1m                  # ends by itself, with exitCode (0 unless given)
 * crashAfter: 10s                # the same, with exitCode 1 unless given
 * exitCode: 3                    # of an image that serves nothing and says no time: ends at once
 * cpu: 250m                      # what `kubectl top` sees it use
 * memory: 64Mi
 * ```
 *
 * Texts may name `{pod}`, `{namespace}`, `{ip}`, `{node}`, `{hostname}`, `{image}`, `{tag}`, `{port}` and `{env.NAME}`;
 * responses also `{method}`, `{path}` and `{client}`. Durations are numbers of seconds, or `500ms`, `5s`, `2m`, `1h`.
 */
export function imagesFromYaml(text: string): readonly Image[] {
  const declared = parseYamlDocuments(text).flatMap((document) => {
    const isList = isMap(document) && Array.isArray(document["images"]) && Object.keys(document).length === 1;
    return isList ? document["images"] : [document];
  });
  if (declared.length === 0) throw new Error("no image is declared");
  return declared.map((one, index) => imageOf(readDeclaration(one, index)));
}
