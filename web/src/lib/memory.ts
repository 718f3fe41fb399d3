/** Small things this browser remembers. Storage may be off or full, and then nothing is remembered. */
function read(storage: () => Storage, name: string): string | null {
  try {
    return storage().getItem(`headway-${name}`);
  } catch {
    return null;
  }
}

function write(storage: () => Storage, name: string, value: string): void {
  try {
    storage().setItem(`headway-${name}`, value);
  } catch {
    // Nothing depends on it.
  }
}

// Functions, because where storage is off already naming it throws.
const browser = () => localStorage;
const tab = () => sessionStorage;

export const recall = (name: string) => read(browser, name);
export const remember = (name: string, value: string) => write(browser, name, value);
export const recallForTab = (name: string) => read(tab, name);
export const rememberForTab = (name: string, value: string) => write(tab, name, value);

export const lastWorkspace = () => recall("workspace");
export const rememberWorkspace = (slug: string) => remember("workspace", slug);

/** Whose session this browser holds, as far as any of its tabs knows. Cookies are shared, so a tab may be mistaken. */
export const signedInAs = () => recall("signed-in");
export const rememberSignedIn = (person: string) => remember("signed-in", person);
export const SIGNED_IN = "headway-signed-in";
