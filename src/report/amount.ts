/** Tokens or money for a person: `1,234 tokens`, `$0.42`, `$12.30`. Below a cent the digits that say something: `$0.0031`. */
export function amount(value: number, unit: 'tokens' | 'usd'): string {
  if (unit === 'tokens') return `${Math.round(value).toLocaleString('en-US')} tokens`;
  return value > 0 && value < 0.01 ? `$${Number(value.toPrecision(2))}` : `$${value.toFixed(2)}`;
}
