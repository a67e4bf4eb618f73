/** An image's name in full. https://kubernetes.io/docs/concepts/containers/images/#image-names */
export interface ImageReference {
  /** `docker.io`, `registry.k8s.io`, `localhost:5000`. */
  readonly registry: string;
  /** `library/nginx`. */
  readonly repository: string;
  /** `latest` unless a tag or a digest is given; "" with a digest alone. */
  readonly tag: string;
  /** `sha256:…`. */
  readonly digest?: string;
}

const domainPart =
  /^(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*(?::\d+)?$/u;
const pathPart = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/u;
const tagPart = /^\w[\w.-]{0,127}$/u;
const digestPart = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/u;

/** undefined: no image can have that name. */
export function parseReference(text: string): ImageReference | undefined {
  const [name = "", digest, ...more] = text.split("@");
  if (more.length > 0 || (digest !== undefined && !digestPart.test(digest))) return undefined;
  const colon = name.indexOf(":", name.lastIndexOf("/") + 1);
  const path = colon < 0 ? name : name.slice(0, colon);
  const tag = colon < 0 ? undefined : name.slice(colon + 1);
  if (tag !== undefined && !tagPart.test(tag)) return undefined;
  const { registry, repository } = splitRegistry(path);
  if (!domainPart.test(registry) || repository.length > 255) return undefined;
  if (!repository.split("/").every((part) => pathPart.test(part))) return undefined;
  return {
    registry,
    repository,
    tag: tag ?? (digest === undefined ? "latest" : ""),
    ...(digest === undefined ? {} : { digest }),
  };
}

/** The first part is a registry when it looks like a host; otherwise the image is Docker Hub's. */
function splitRegistry(path: string): { registry: string; repository: string } {
  const slash = path.indexOf("/");
  const first = slash < 0 ? "" : path.slice(0, slash);
  const isHost = first.includes(".") || first.includes(":") || first === "localhost" || first !== first.toLowerCase();
  if (isHost && first !== "docker.io" && first !== "index.docker.io")
    return { registry: first, repository: path.slice(slash + 1) };
  const repository = isHost ? path.slice(slash + 1) : path;
  return { registry: "docker.io", repository: repository.includes("/") ? repository : `library/${repository}` };
}

/** `docker.io/library/nginx:latest`. */
export function formatReference({ registry, repository, tag, digest }: ImageReference): string {
  return `${registry}/${repository}${tag ? `:${tag}` : ""}${digest ? `@${digest}` : ""}`;
}

/** As people write it: `nginx`, `curlimages/curl`, `registry.k8s.io/pause`. */
export function familiarName({ registry, repository }: Pick<ImageReference, "registry" | "repository">): string {
  if (registry !== "docker.io") return `${registry}/${repository}`;
  return repository.startsWith("library/") ? repository.slice("library/".length) : repository;
}
