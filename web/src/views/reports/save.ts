// A report as a file. Owns fetching it with the page's token, which a plain link could not send, and handing it
// to the browser to save.

import { api } from "../session";

export async function save(path: string, name: string): Promise<void> {
  const token = api.token.get();
  const response = await fetch(path, token ? { headers: { authorization: `Bearer ${token}` } } : {});
  if (!response.ok) throw new Error(`the server answered ${response.status} for ${name}`);
  saveBlob(await response.blob(), name);
}

export function saveBlob(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // Later, because the browser reads it after this task.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
