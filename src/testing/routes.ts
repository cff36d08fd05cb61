import type { Express, IRouter } from 'express';

/** A route as it was registered. */
export interface Route {
  method: string;
  /** The pattern: `/store/:slug`. */
  path: string;
}

/** Every route that an app really has, found by walking its routers. */
export function routesOf(app: Express): Route[] {
  // One with guards of its own stands there once for each of its handlers.
  const routes = walk(app.router as IRouter).map(
    (route) => [`${route.method} ${route.path}`, route] as const,
  );
  return [...new Map(routes).values()];
}

function walk(router: IRouter): Route[] {
  return router.stack.flatMap((layer) => {
    if (layer.route) {
      const { path, stack } = layer.route;
      return stack
        .filter(({ method }) => method)
        .map(({ method }) => ({ method: method.toUpperCase(), path: String(path) }));
    }
    const nested = layer.handle as unknown as Partial<IRouter>;
    return nested.stack ? walk(nested as IRouter) : [];
  });
}

/** An address that a pattern matches. */
export function filled(path: string): string {
  return path.replaceAll(/:\w+/g, 'something');
}
