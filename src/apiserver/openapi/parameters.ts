/** A parameter in the query or the path. */
export interface Parameter {
  readonly name: string;
  readonly description: string;
  readonly type: "string" | "integer" | "boolean";
}

const queryParameters: Readonly<Record<string, readonly [Parameter["type"], string]>> = {
  allowWatchBookmarks: ["boolean", "Whether a watch may send events of type BOOKMARK."],
  command: ["string", "The command and its arguments, one parameter each."],
  container: ["string", "The container, where there is more than one."],
  continue: ["string", "The token of a list's previous part."],
  dryRun: ["string", "All: everything is done but storing the result."],
  fieldManager: ["string", "The name under which the changed fields are owned."],
  fieldSelector: ["string", "Narrows the list of returned objects by their fields."],
  fieldValidation: ["string", "What is done about unknown and duplicate fields: Ignore, Warn or Strict."],
  follow: ["boolean", "Whether the log is followed as it grows."],
  force: ["boolean", "Whether an apply takes over the fields of other managers."],
  gracePeriodSeconds: ["integer", "Seconds before the object is deleted; 0 is at once."],
  ignoreStoreReadErrorWithClusterBreakingPotential: ["boolean", "Whether an object that cannot be read is deleted."],
  insecureSkipTLSVerifyBackend: ["boolean", "Whether the node's certificate goes unchecked."],
  labelSelector: ["string", "Narrows the list of returned objects by their labels."],
  limit: ["integer", "How many objects at most; the rest comes by a continue token."],
  limitBytes: ["integer", "How many bytes of the log at most."],
  orphanDependents: ["boolean", "Replaced by propagationPolicy."],
  path: ["string", "The path that the request is sent on to."],
  ports: ["integer", "The ports, where the protocol does not name them itself."],
  pretty: ["string", "Whether the answer is indented."],
  previous: ["boolean", "Whether the log is that of the container before its last restart."],
  propagationPolicy: ["string", "What becomes of dependents: Orphan, Background or Foreground."],
  resourceVersion: ["string", "The version from which to list or watch."],
  resourceVersionMatch: ["string", "How resourceVersion is meant in a list."],
  sendInitialEvents: ["boolean", "Whether a watch begins with what there is."],
  sinceSeconds: ["integer", "How old the first line of the log may be."],
  stderr: ["boolean", "Whether the standard error is wanted."],
  stdin: ["boolean", "Whether standard input will be sent."],
  stdout: ["boolean", "Whether the standard output is wanted."],
  stream: ["string", "Which of the log's streams: All, Stdout or Stderr."],
  tailLines: ["integer", "How many of the log's last lines."],
  timeoutSeconds: ["integer", "After how long a list or watch ends."],
  timestamps: ["boolean", "Whether each line of the log begins with its time."],
  tty: ["boolean", "Whether the streams are a terminal's."],
  watch: ["boolean", "Watch for changes to the described resources, sent as they happen."],
};

export function queryParameter(name: string): Parameter {
  const [type, description] = queryParameters[name] ?? ["string", ""];
  return { name, type, description };
}

/** Those of the path itself, in its order. */
export function pathParameters(path: string): Parameter[] {
  return [...path.matchAll(/\{(\w+)\}/gu)].map(([, name = ""]) => ({
    name,
    type: "string",
    description: name === "namespace" ? "The namespace of the objects." : "The name of the object.",
  }));
}
