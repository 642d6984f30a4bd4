// What the pages outside of workspaces do beyond plain links and forms. Everything on them works without this script.
(() => {
  const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));

  // Fetches a page. Nothing if it cannot be had, or if it is no longer the same page, which is then loaded.
  const load = async (address) => {
    try {
      const answer = await fetch(address, { redirect: "manual" });
      if (answer.type === "opaqueredirect" || answer.status === 401) location.reload();
      return answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : undefined;
    } catch {
      return undefined;
    }
  };

  // Replaces the parts of the page that differ.
  const show = (fresh) => {
    for (const part of document.querySelectorAll("[data-part]")) {
      const other = fresh.querySelector(`[data-part="${part.dataset.part}"]`);
      if (!other) return location.reload();
      // The error of a form stays for as long as there is a form.
      if (part.querySelector("[role=alert]:not([hidden])") && other.querySelector("form")) continue;
      part.hidden = other.hidden;
      part.toggleAttribute("data-refresh", other.hasAttribute("data-refresh"));
      if (part.innerHTML !== other.innerHTML) part.replaceChildren(...other.childNodes);
    }
    document.title = fresh.title;
  };

  // Follows what happens on the server.
  const refresh = async () => {
    while (document.querySelector("[data-refresh]")) {
      await pause(1000);
      const fresh = await load(location.href);
      if (fresh) show(fresh);
    }
  };

  // Searches while the person types. An answer to an earlier text is ignored.
  let run = 0;
  const search = async (field) => {
    run += 1;
    const mine = run;
    await pause(120);
    if (mine !== run) return;
    const address = new URL(location.href);
    address.searchParams.set(field.name, field.value);
    const fresh = await load(address);
    if (fresh && mine === run) show(fresh);
  };

  // The same rule as OrganizationName::suggest.
  const suggestion = (name, reserved) => {
    const words = name.replaceAll(/[^A-Za-z0-9]+/gu, "-").toLowerCase();
    const slug = words.replace(/^-/u, "").slice(0, 50).replace(/-$/u, "");
    return slug.length < 2 || reserved.includes(slug) || slug.startsWith("xn--") ? "" : slug;
  };

  // Derives the field in `box` from `source`, until the person edits it.
  const suggested = new WeakMap();
  const derive = (box, source) => {
    const field = box.querySelector("input");
    if (field.value !== (suggested.get(field) ?? "")) return;
    field.value = suggestion(source.value, box.dataset.reserved.split(" "));
    suggested.set(field, field.value);
  };

  // Typing may begin before the page is complete.
  addEventListener("input", ({ target }) => {
    if (target.matches("[data-search]")) void search(target);
    const box = target.form?.querySelector(`[data-derived-from="${target.name}"]`);
    if (box) derive(box, target);
  });

  // The next person at this browser must not see the drafts.
  const deleteDrafts = () => {
    try {
      for (const key of Object.keys(localStorage)) if (key.startsWith("tessera-draft:")) localStorage.removeItem(key);
    } catch {
      // Without storage there are no drafts.
    }
  };

  const sent = new WeakSet();
  addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    // A second click does not send a form twice.
    if (sent.has(form)) return event.preventDefault();
    sent.add(form);
    setTimeout(() => sent.delete(form), 5000);
    if (form.getAttribute("action") === "/logout") deleteDrafts();
  });

  addEventListener("DOMContentLoaded", () => {
    const next = document.querySelector("a[data-follow]");
    if (next) location.assign(next.href);
    void refresh();
  });
})();
