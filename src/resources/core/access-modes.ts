import { type FieldError, notAllowed, notSupported } from "../../api/status.ts";

const letters = { ReadWriteOnce: "RWO", ReadOnlyMany: "ROX", ReadWriteMany: "RWX", ReadWriteOncePod: "RWOP" };
const supported = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];

/** `RWO,ROX`, always in the same order. */
export function accessModesText(modes: readonly string[] = []): string {
  const present = Object.entries(letters).filter(([mode]) => modes.includes(mode));
  return present.map(([, text]) => text).join(",");
}

export function accessModeErrors(field: string, modes: readonly string[]): FieldError[] {
  const unknown = modes.filter((mode) => !supported.includes(mode));
  const shared = modes.includes("ReadWriteOncePod") && modes.length > 1;
  return [
    ...unknown.map((mode) => notSupported(field, mode, supported)),
    ...(shared ? [notAllowed(field, "may not use ReadWriteOncePod with other access modes")] : []),
  ];
}

const classAnnotation = "volume.beta.kubernetes.io/storage-class";

/** The class of a volume or a claim, which once was an annotation. */
export function storageClassOf({
  metadata,
  spec,
}: {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: { readonly storageClassName?: string };
}): string {
  return metadata.annotations?.[classAnnotation] ?? spec.storageClassName ?? "";
}
