import { type FieldError, invalid } from "../../api/status.ts";

/** A path that does not climb: no `..` in it. */
export function noBackstepErrors(field: string, path = ""): FieldError[] {
  return path.split("/").includes("..") ? [invalid(field, path, "must not contain '..'")] : [];
}

/** A path below some directory. */
export function descendingPathErrors(field: string, path = ""): FieldError[] {
  const absolute = path.startsWith("/") ? [invalid(field, path, "must be a relative path")] : [];
  return [...absolute, ...noBackstepErrors(field, path)];
}

/** The path of a file in a volume: names that start with `..` are the kubelet's own. */
export function filePathErrors(field: string, path = ""): FieldError[] {
  const reserved = path.startsWith("..") && !path.startsWith("../");
  return [
    ...descendingPathErrors(field, path),
    ...(reserved ? [invalid(field, path, "must not start with '..'")] : []),
  ];
}

/** Permissions of a file. */
export function fileModeErrors(field: string, mode: number | undefined): FieldError[] {
  if (mode === undefined || (mode >= 0 && mode <= 0o777)) return [];
  return [invalid(field, mode, "must be a number between 0 and 0777 (octal), both inclusive")];
}
