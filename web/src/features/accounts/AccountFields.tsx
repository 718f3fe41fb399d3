import { PasswordInput, TextInput } from "@mantine/core";
import type { ComponentProps } from "react";

type Field = Pick<ComponentProps<typeof TextInput>, "name" | "value" | "onChange" | "readOnly"> & { error?: string | undefined };

interface Props {
  name: Field;
  email: Field;
  password: Field;
}

/** Name, address and password of a new account. */
export function AccountFields({ name, email, password }: Props) {
  return (
    <>
      <TextInput label="Your name" autoComplete="name" autoFocus {...name} />
      <TextInput
        label="E-mail"
        type="email"
        inputMode="email"
        autoComplete="username"
        {...email}
      />
      <PasswordInput
        label="Password"
        description={password.error ? undefined : "10 characters or more. A few words in a row are easy to keep."}
        autoComplete="new-password"
        {...password}
      />
    </>
  );
}
