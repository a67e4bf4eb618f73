import type { FileSystem } from "../../runtime/filesystem.ts";

const nameWidth = 50;

/** The page of `autoindex on`: directories first, a line a name. */
export function directoryListing(files: FileSystem, path: string, uri: string): string {
  const entries = files
    .list(path)
    .filter((name) => !name.startsWith(".") && files.exists(`${path}${name}`))
    .map((name) => ({ name, info: files.stat(`${path}${name}`) }));
  const directories = entries.filter(({ info }) => info.kind === "directory");
  const others = entries.filter(({ info }) => info.kind !== "directory");
  const lines = [
    ...directories.map(({ name, info }) => line(`${name}/`, info.modifiedAt, "-")),
    ...others.map(({ name, info }) => line(name, info.modifiedAt, String(info.size))),
  ];
  const title = `Index of ${uri}`;
  const head = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<h1>${title}</h1><hr><pre><a href="../">../</a>\r\n`;
  return `${head}${lines.join("")}</pre><hr></body>\r\n</html>\r\n`;
}

function line(name: string, modifiedAt: number, size: string): string {
  const shown = name.length > nameWidth ? `${name.slice(0, nameWidth - 3)}..&gt;` : name;
  const gap = " ".repeat(Math.max(1, nameWidth + 1 - name.length));
  const [day = "", month = "", year = "", time = ""] = new Date(modifiedAt).toUTCString().split(" ").slice(1);
  return `<a href="${encodeURI(name)}">${shown}</a>${gap}${day}-${month}-${year} ${time.slice(0, 5)} ${size.padStart(19)}\r\n`;
}
