import type { Views } from '../web/views.ts';

/** Views that throw where a template asks for a value that its handler did not give: in the store it would print nothing. */
export function strictViews(views: Views): Views {
  return {
    ...views,
    render: (name, page) => views.render(name, strict(name, page)),
    renderBytes: (name, page) => views.renderBytes(name, strict(name, page)),
  };
}

function strict(view: string, page: object): object {
  return new Proxy(page, {
    get(target, name, receiver) {
      if (!(name in target)) throw new Error(`Nothing gives ${view} its page.${String(name)}.`);
      return Reflect.get(target, name, receiver);
    },
  });
}
