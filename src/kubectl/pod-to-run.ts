import type { Container, Pod } from "../api/types.gen.ts";
import type { Flags } from "./flags.ts";
import { KubectlError } from "./kubectl-error.ts";
import { overridden } from "./overrides.ts";

/** The pod that `run` makes of its flags. Throws KubectlError. */
export function podToRun(name: string, flags: Flags): Pod {
  const annotations = pairs(flags.values("annotations"), "annotations");
  const pod: Pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      labels: labelsFor(name, flags),
      ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
    },
    spec: {
      containers: [containerFor(name, flags)],
      dnsPolicy: "ClusterFirst",
      restartPolicy: (flags.value("restart") || "Always") as "Always",
    },
  };
  return overridden(pod, flags);
}

function labelsFor(name: string, flags: Flags): Record<string, string> {
  const text = flags.value("labels");
  return text ? pairs(text.split(","), "label") : { run: name };
}

function pairs(texts: readonly string[], what: string): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const equals = text.indexOf("=");
      if (equals < 0)
        throw new KubectlError(what === "label" ? `unexpected label spec: ${text}` : `invalid ${what} spec: ${text}`);
      return [text.slice(0, equals), text.slice(equals + 1)];
    }),
  );
}

function containerFor(name: string, flags: Flags): Container {
  const words = flags.rest ?? flags.args.slice(1);
  const port = flags.value("port");
  if (port && !/^\d+$/u.test(port))
    throw new KubectlError(`strconv.Atoi: parsing ${JSON.stringify(port)}: invalid syntax`);
  const env = flags.values("env").map((text) => {
    const equals = text.indexOf("=");
    if (equals < 1) throw new KubectlError(`invalid env: ${text}`);
    return { name: text.slice(0, equals), value: text.slice(equals + 1) };
  });
  const isAttended = flags.isTrue("stdin");
  const pull = flags.value("image-pull-policy");
  const command = flags.isTrue("command") ? { command: words } : { args: words };
  return {
    name,
    image: flags.value("image") ?? "",
    ...(words.length > 0 ? command : {}),
    ...(env.length > 0 ? { env } : {}),
    ...(port ? { ports: [{ containerPort: Number(port) }] } : {}),
    ...(pull ? { imagePullPolicy: pull as "Always" } : {}),
    ...(isAttended ? { stdin: true, ...(flags.isTrue("leave-stdin-open") ? {} : { stdinOnce: true }) } : {}),
    ...(flags.isTrue("tty") ? { tty: true } : {}),
    ...(flags.isTrue("privileged") ? { securityContext: { privileged: true } } : {}),
  };
}
