import { act, renderHook } from "@testing-library/react";
import type { FormEvent } from "react";
import { expect, test, vi } from "vitest";

import { placeProblem, required, useForm } from "./form";
import { ProblemError } from "./problem";

const values = { name: "Ada", email: "" };
const submitted = { preventDefault: () => undefined } as FormEvent;

test("errors of the server go beside their fields", () => {
  const refusal = new ProblemError(422, "invalid", "Not valid.", {
    errors: [{ field: "body.email", message: "must be an e-mail address" }],
  });
  expect(placeProblem(refusal, values)).toEqual({ errors: { email: "Must be an e-mail address" }, problem: null });
});

test("an error of a field that is not on the form is told above it", () => {
  const refusal = new ProblemError(422, "invalid", "Not valid.", { errors: [{ field: "link", message: "no" }] });
  expect(placeProblem(refusal, values)).toEqual({ errors: {}, problem: "Not valid." });
});

test("a code can have its place", () => {
  const refusal = new ProblemError(409, "account.exists", "This address has an account.");
  expect(placeProblem(refusal, values, { "account.exists": "email" }).errors).toEqual({
    email: "This address has an account.",
  });
});

test("a constraint can have its place and its words", () => {
  const refusal = new ProblemError(409, "data_conflict", "Data conflict: uq_x. Something with the same value already exists.", {
    constraint: "uq_x",
  });
  expect(placeProblem(refusal, values, { uq_x: { field: "name", words: "Taken" } }).errors).toEqual({ name: "Taken" });
  expect(placeProblem(refusal, values).problem).toBe("Something with the same value already exists.");
});

test("what must be filled in", () => {
  expect(required(values, { name: "Your name", email: "Your address" })).toEqual({ email: "Your address" });
});

test("a refusal keeps what was typed, and two submits are one", async () => {
  const submit = vi.fn(() => Promise.reject(new ProblemError(0, "offline", "The server cannot be reached.")));
  const { result } = renderHook(() => useForm({ initial: values, submit }));
  act(() => result.current.set("email", "ada@example.org"));
  await act(async () => {
    await Promise.all([result.current.onSubmit(submitted), result.current.onSubmit(submitted)]);
  });
  expect(submit).toHaveBeenCalledOnce();
  expect(result.current.values.email).toBe("ada@example.org");
  expect(result.current.problem).toBe("The server cannot be reached.");
  expect(result.current.pending).toBe(false);
});
