/** A value of an answer. Nothing in it is believed to be of a type, and what is not there is asked just the same. */
export class Json {
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }

  get(key: string): Json {
    const { value } = this;
    const isThere = typeof value === 'object' && value !== null && Object.hasOwn(value, key);
    return new Json(isThere ? Reflect.get(value, key) : undefined);
  }

  get items(): readonly Json[] {
    return Array.isArray(this.value) ? this.value.map((each: unknown) => new Json(each)) : [];
  }

  get isThere(): boolean {
    return this.value !== undefined && this.value !== null;
  }

  get text(): string | null {
    return typeof this.value === 'string' ? this.value : null;
  }

  get number(): number | null {
    return typeof this.value === 'number' && Number.isFinite(this.value) ? this.value : null;
  }

  get isTrue(): boolean {
    return this.value === true;
  }
}
