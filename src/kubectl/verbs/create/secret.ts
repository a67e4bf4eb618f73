import type { Secret } from "../../../api/types.gen.ts";
import { createTyped, creationFlags, nameArgument } from "../../create-typed.ts";
import { booleans, values } from "../../flags.ts";
import { keyValueFlags, keyValues, readBytes, refuseAppendHash } from "../../key-values.ts";
import { KubectlError } from "../../kubectl-error.ts";
import { goJson } from "../../printers/go-json.ts";
import type { Call, Verb } from "../../verb.ts";

const generic: Verb = {
  names: ["generic"],
  summary: "Create a secret from a local file, directory, or literal value",
  usage: "NAME [--type=string] [--from-file=[key=]source] [--from-literal=key1=value1] [--dry-run=server|client|none]",
  flags: [...creationFlags, ...keyValueFlags, ...values("type"), ...booleans("append-hash")],

  async run(call) {
    const name = nameArgument(call);
    await createTyped(secretObject(name, { type: call.flags.value("type"), data: keyValues(call) }, call), call);
  },
};

const tls: Verb = {
  names: ["tls"],
  summary: "Create a TLS secret",
  usage: "NAME --cert=path/to/cert/file --key=path/to/key/file [--dry-run=server|client|none]",
  flags: [...creationFlags, ...values("cert", "key"), ...booleans("append-hash")],

  async run(call) {
    const name = nameArgument(call);
    const [cert, key] = [call.flags.value("cert"), call.flags.value("key")];
    if (!cert || !key) throw new KubectlError("key and cert must be specified");
    const data = new Map([
      ["tls.crt", pemBytes(cert, call)],
      ["tls.key", pemBytes(key, call)],
    ]);
    await createTyped(secretObject(name, { type: "kubernetes.io/tls", data }, call), call);
  },
};

const dockerRegistry: Verb = {
  names: ["docker-registry"],
  summary: "Create a secret for use with a Docker registry",
  usage:
    "NAME --docker-username=user --docker-password=password --docker-email=email [--docker-server=string] [--from-file=[key=]source]",
  flags: [
    ...creationFlags,
    ...keyValueFlags.filter(({ name }) => name === "from-file"),
    ...values("docker-username", "docker-password", "docker-email", "docker-server"),
    ...booleans("append-hash"),
  ],

  async run(call) {
    const name = nameArgument(call);
    const { flags } = call;
    const data = flags.has("from-file") ? keyValues(call) : new Map([[".dockerconfigjson", dockerConfig(call)]]);
    await createTyped(secretObject(name, { type: "kubernetes.io/dockerconfigjson", data }, call), call);
  },
};

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_create/kubectl_create_secret/ */
export const secret: Verb = {
  names: ["secret"],
  summary: "Create a secret using a specified subcommand",
  usage: "(docker-registry | generic | tls)",
  flags: [],
  verbs: [dockerRegistry, generic, tls],
};

function secretObject(
  name: string,
  { type, data }: { type: string | undefined; data: ReadonlyMap<string, Uint8Array> },
  call: Call,
): Secret {
  refuseAppendHash(call);
  const encoded = [...data].map(([key, bytes]) => [key, Buffer.from(bytes).toString("base64")] as const);
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name },
    ...(encoded.length > 0 ? { data: Object.fromEntries(encoded) } : {}),
    ...(type ? { type } : {}),
  };
}

function dockerConfig({ flags }: Call): Uint8Array {
  const [username, password] = [flags.value("docker-username"), flags.value("docker-password")];
  if (!username)
    throw new KubectlError(
      "either --from-file or the combination of --docker-username, --docker-password and --docker-server is required",
    );
  if (!password)
    throw new KubectlError(
      "either --from-file or the combination of --docker-username, --docker-password and --docker-server is required",
    );
  const email = flags.value("docker-email");
  const auth = Buffer.from(`${username}:${password}`).toString("base64");
  const entry = { username, password, ...(email ? { email } : {}), auth };
  return Buffer.from(goJson({ auths: { [flags.value("docker-server") ?? "https://index.docker.io/v1/"]: entry } }));
}

function pemBytes(path: string, { io }: Call): Uint8Array {
  try {
    return readBytes(path, io);
  } catch (error) {
    if (!(error instanceof KubectlError)) throw error;
    throw new KubectlError(`Cannot read file ${path}, open ${path}: no such file or directory`);
  }
}
