/**
 * The errors of a form that is not a draft: all that a try found, each at its field. One goes as soon as its field
 * is changed; the next try looks at everything again.
 */
export type FormError = { fieldId: string; text: string };

export class FormErrors {
  items = $state.raw<readonly FormError[]>([]);
  /** Goes up with every try that found errors. */
  attempt = $state(0);

  /** Takes over what a try found, and tells whether that was nothing. */
  found(items: readonly FormError[]): boolean {
    this.items = items;
    if (items.length > 0) this.attempt += 1;
    return items.length === 0;
  }

  clear(): void {
    this.items = [];
  }

  /** Call when one of these fields was changed. */
  changed(...fieldIds: readonly string[]): void {
    if (this.items.some(({ fieldId }) => fieldIds.includes(fieldId)))
      this.items = this.items.filter(({ fieldId }) => !fieldIds.includes(fieldId));
  }

  textAt(fieldId: string): string | undefined {
    return this.items.find((item) => item.fieldId === fieldId)?.text;
  }
}
