import { existsSync } from "node:fs";

/** Where a file of this package lies, by its path from the package's root; the same from `src/` as from the bundle. */
export function packageFile(path: string): URL {
  return new URL(path, root);
}

const root = packageRoot(new URL(".", import.meta.url));

function packageRoot(folder: URL): URL {
  if (existsSync(new URL("package.json", folder))) return folder;
  const above = new URL("..", folder);
  if (above.href === folder.href) throw new Error("picokube's own files are not beside its code");
  return packageRoot(above);
}
