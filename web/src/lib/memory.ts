/** Small things this browser remembers. Storage may be off or full, and then nothing is remembered. */
export function recall(name: string): string | null {
  try {
    return localStorage.getItem(`headway-${name}`);
  } catch {
    return null;
  }
}

export function remember(name: string, value: string): void {
  try {
    localStorage.setItem(`headway-${name}`, value);
  } catch {
    // Nothing depends on it.
  }
}

export const lastWorkspace = () => recall("workspace");
export const rememberWorkspace = (slug: string) => remember("workspace", slug);
