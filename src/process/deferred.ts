/** A promise that someone else resolves. Resolving it twice does nothing. */
type Deferred<T> = { readonly promise: Promise<T>; readonly resolve: (value: T) => void };

/** Node 20 has no `Promise.withResolvers`. */
export const deferred = <T>(): Deferred<T> => {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
};
