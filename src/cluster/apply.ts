import type { KubeObject } from "../api/object.ts";
import type { ExecResult } from "./exec.ts";

export interface KubectlOptions {
  readonly stdin?: string | Uint8Array;
  /** The namespace of the context. `default` unless given. */
  readonly namespace?: string;
  /** Reads what `-f` names; there are no files unless given. */
  readFile?(path: string): string;
}

/** `kubectl apply -f -`. Rejects with what kubectl says when one of the manifests is refused. */
export async function apply(
  kubectl: (args: readonly string[], options: KubectlOptions) => Promise<ExecResult>,
  manifests: string | KubeObject | readonly KubeObject[],
): Promise<readonly string[]> {
  const stdin = typeof manifests === "string" ? manifests : JSON.stringify(listOf(manifests));
  const { stdout, stderr, exitCode } = await kubectl(["apply", "-f", "-"], { stdin });
  if (exitCode !== 0) throw new Error(stderr.trimEnd());
  return stdout.trimEnd().split("\n");
}

function listOf(objects: KubeObject | readonly KubeObject[]): object {
  return { apiVersion: "v1", kind: "List", items: Array.isArray(objects) ? objects : [objects] };
}
