import type { KnownPasskey, NewPasskeyOptionsOut, PasskeyOptionsOut } from "@/api/types";
import { ProblemError } from "@/lib/problem";

/** What the server checks of a passkey's answer, bytes as base64url. */
export interface Assertion {
  credential_id: string;
  client_data: string;
  authenticator_data: string;
  signature: string;
  user_handle: string | null;
}

/** What the server keeps of a new passkey. */
export interface NewKey {
  client_data: string;
  attestation: string;
  transports: string[];
}

const PATIENCE = 5 * 60_000;

export function toBytes(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}

export function toText(bytes: ArrayBuffer): string {
  const binary = Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Browsers have passkeys over https and on localhost, and for names only. */
export const canUsePasskeys = (): boolean =>
  window.isSecureContext && "PublicKeyCredential" in window && !/^[\d.]+$|:/.test(location.hostname);

const known = (passkeys: KnownPasskey[]): PublicKeyCredentialDescriptor[] =>
  passkeys.map(({ credential_id, transports }) => ({
    type: "public-key",
    id: toBytes(credential_id),
    transports: transports as AuthenticatorTransport[],
  }));

/** Asks the device; whoever closes its dialog hears it in words. */
async function ask(begin: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  try {
    const made = await begin();
    if (made instanceof PublicKeyCredential) return made;
  } catch (error) {
    if (error instanceof DOMException && error.name === "InvalidStateError")
      throw new ProblemError(409, "passkey.here", "This device has a passkey for your account already.");
    if (!(error instanceof DOMException)) throw error;
  }
  throw new ProblemError(400, "passkey.cancelled", "No passkey was used. Try again, or choose another way.");
}

export async function answerWithPasskey(options: PasskeyOptionsOut): Promise<Assertion> {
  const made = await ask(() =>
    navigator.credentials.get({
      publicKey: {
        challenge: toBytes(options.challenge),
        rpId: options.rp_id,
        allowCredentials: known(options.allow),
        userVerification: options.user_verification,
        timeout: PATIENCE,
      },
    }),
  );
  const response = made.response as AuthenticatorAssertionResponse;
  return {
    credential_id: toText(made.rawId),
    client_data: toText(response.clientDataJSON),
    authenticator_data: toText(response.authenticatorData),
    signature: toText(response.signature),
    user_handle: response.userHandle?.byteLength ? toText(response.userHandle) : null,
  };
}

export async function makePasskey(options: NewPasskeyOptionsOut): Promise<NewKey> {
  const made = await ask(() =>
    navigator.credentials.create({
      publicKey: {
        challenge: toBytes(options.challenge),
        rp: { id: options.rp_id, name: "Headway" },
        user: { id: toBytes(options.user_id), name: options.user_name, displayName: options.user_display_name },
        pubKeyCredParams: options.algorithms.map((alg) => ({ type: "public-key", alg })),
        excludeCredentials: known(options.exclude),
        // One that the device finds by itself signs in alone. A stick without a PIN is still a good second step.
        authenticatorSelection: { residentKey: "preferred", userVerification: "preferred" },
        attestation: "none",
        timeout: PATIENCE,
      },
    }),
  );
  const response = made.response as AuthenticatorAttestationResponse;
  return {
    client_data: toText(response.clientDataJSON),
    attestation: toText(response.attestationObject),
    transports: response.getTransports?.() ?? [],
  };
}
