/**
 * What is wrong with a form: all that a try found, by the console itself or by the backend, each at its field. One
 * goes as soon as its field is changed; the next try looks at everything again. Kept as codes, so that the words
 * follow the language on screen.
 */
import * as m from "../../paraglide/messages";
import type { ApiError, RefusedField } from "../../shared/api";
import type { FieldWords } from "./formFields";

type Found = RefusedField;

export class FormErrors<Field extends string> {
  #found = $state.raw<readonly Found[]>([]);
  #attempt = $state(0);
  #several = $state(false);

  constructor(readonly words: FieldWords<Field>) {}

  /** In the order of the form. */
  get items(): { fieldId: string; text: string }[] {
    return this.#fields.flatMap(({ fieldId, field }) => {
      const text = this.textAt(field);
      return text === undefined ? [] : [{ fieldId, text }];
    });
  }

  /** Goes up with every try that found errors. */
  get attempt(): number {
    return this.#attempt;
  }

  /** Whether the last try found more than one: a summary then leads to them, also when all but one are mended. */
  get several(): boolean {
    return this.#several && this.#found.length > 0;
  }

  textAt(field: Field): string | undefined {
    const code = this.#found.find((found) => found.field === field)?.code;
    if (code === undefined) return undefined;
    const { codes } = this.words[field];
    // Its own words only: the code came from outside.
    return ((Object.hasOwn(codes, code) && codes[code]) || m.field_invalid)();
  }

  /** Looks for fields that were left empty, and tells whether there is none. */
  check(values: Readonly<Record<Field, string>>): boolean {
    return this.#take(
      this.#fields.flatMap(({ field }) =>
        values[field] === "" ? [{ field, code: "required" as const }] : [],
      ),
    );
  }

  /** Takes over what the backend refused, and tells whether that was all about fields of this form. */
  refused({ fields }: ApiError): boolean {
    const ours = fields.filter(({ field }) => Object.hasOwn(this.words, field));
    this.#take(ours);
    return ours.length > 0 && ours.length === fields.length;
  }

  /** Takes over what was found here, beside fields that were left empty. */
  found(found: readonly { field: Field; code: RefusedField["code"] }[]): void {
    this.#take(found);
  }

  clear(): void {
    this.#take([]);
  }

  /** Call when this field was changed. */
  changed(field: Field): void {
    this.#found = this.#found.filter((found) => found.field !== field);
  }

  get #fields() {
    return (Object.keys(this.words) as Field[]).map((field) => ({
      field,
      fieldId: this.words[field].fieldId,
    }));
  }

  #take(found: readonly Found[]): boolean {
    this.#found = found;
    this.#several = this.items.length > 1;
    if (found.length > 0) this.#attempt += 1;
    return found.length === 0;
  }
}
