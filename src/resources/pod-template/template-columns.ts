import type { KubeObject } from "../../api/object.ts";
import type { Container, PodTemplateSpec } from "../../api/types.gen.ts";
import type { Column } from "../definition.ts";

/** `Containers` and `Images`, as workloads print them: with `-o wide` unless `priority` is 0. */
export function containerColumns<T extends KubeObject>(
  templateOf: (object: T) => PodTemplateSpec | undefined,
  priority: 0 | 1 = 1,
): readonly [Column<T>, Column<T>] {
  const containersOf = (object: T): readonly Container[] => templateOf(object)?.spec?.containers ?? [];
  const joined = (object: T, read: (container: Container) => string): string =>
    containersOf(object)
      .map((container) => read(container))
      .join(",");
  return [
    { name: "Containers", priority, value: (object) => joined(object, ({ name }) => name) },
    { name: "Images", priority, value: (object) => joined(object, ({ image }) => image ?? "") },
  ];
}
