"use strict";
(() => {
  const root = document.documentElement;
  const find = (selector) => document.querySelector(selector);
  const all = (selector) => [...document.querySelectorAll(selector)];
  const sections = all("section[data-environments]");
  const objects = all("details.object");
  const rows = all("[data-row]");
  const links = all(".places a");
  const texts = new WeakMap();
  const environmentsOf = new Map(sections.map((each) => [each, JSON.parse(each.dataset.environments)]));

  const remember = (key, value) => { try { localStorage.setItem("promoter-" + key, value); } catch { /* private mode */ } };
  const recall = (key) => { try { return localStorage.getItem("promoter-" + key); } catch { return null; } };
  const textOf = (each) => {
    if (!texts.has(each)) texts.set(each, each.textContent.toLowerCase());
    return texts.get(each);
  };
  const valueOf = (id) => find("#" + id)?.value ?? "";

  function shows(each, words, section) {
    const risk = valueOf("risk");
    if (risk === "any" && !each.dataset.level) return false;
    if (risk === "high" && each.dataset.level !== "high") return false;
    const kind = valueOf("kind");
    if (kind && each.dataset.kind !== kind) return false;
    return words.every((word) => textOf(each).includes(word) || section.includes(word));
  }

  function filter() {
    const words = valueOf("search").toLowerCase().split(/\s+/).filter(Boolean);
    const environment = valueOf("environment");
    const narrowed = words.length > 0 || valueOf("risk") || valueOf("kind");
    let count = 0;
    let visible = 0;
    for (const row of rows) {
      const here = !environment || !row.dataset.row || row.dataset.row === environment;
      row.hidden = !(here && words.every((word) => textOf(row).includes(word)));
    }
    for (const section of sections) {
      const inside = [...section.querySelectorAll("details.object")];
      const heading = (section.querySelector("h2, h3")?.textContent ?? "").toLowerCase();
      const here = !environment || environmentsOf.get(section).includes(environment);
      let matching = 0;
      for (const each of inside) {
        each.hidden = !(here && shows(each, words, heading));
        matching += each.hidden ? 0 : 1;
      }
      const bare = inside.length === 0 && here && (!narrowed || words.every((word) => textOf(section).includes(word)));
      section.hidden = !(matching > 0 || bare);
      count += matching;
      visible += section.hidden ? 0 : 1;
    }
    for (const link of links) {
      const target = document.getElementById(link.hash.slice(1));
      const group = link.closest("ul").previousElementSibling?.textContent ?? "";
      link.parentElement.hidden = Boolean(target?.hidden) || Boolean(environment && group && group !== environment);
    }
    for (const group of all(".places > ul > li")) group.hidden = !group.querySelector("li:not([hidden])");
    const shown = find("#shown");
    if (shown) shown.textContent = `${count} of ${objects.length} objects`;
    const nothing = find("#nothing");
    if (nothing) nothing.hidden = visible > 0 || sections.length === 0;
  }

  function setView(view) {
    root.dataset.view = view;
    const button = find("#view");
    if (button) button.textContent = view === "split" ? "Unified view" : "Split view";
    remember("view", view);
  }
  const otherView = () => setView(root.dataset.view === "split" ? "unified" : "split");

  const themes = ["system", "light", "dark"];
  function setTheme(theme) {
    if (theme === "system") delete root.dataset.theme; else root.dataset.theme = theme;
    const button = find("#theme");
    if (button) button.textContent = "Theme: " + theme;
    remember("theme", theme);
  }
  const nextTheme = () => setTheme(themes[(themes.indexOf(root.dataset.theme ?? "system") + 1) % themes.length]);

  const openAll = (open) => objects.forEach((each) => { if (!each.hidden) each.open = open; });

  function step(targets, by) {
    const visible = targets.filter((each) => each.getClientRects().length > 0);
    if (visible.length === 0) return;
    const at = visible.indexOf(document.activeElement);
    const next = at < 0 ? (by > 0 ? 0 : visible.length - 1) : Math.min(visible.length - 1, Math.max(0, at + by));
    visible[next].focus();
    visible[next].scrollIntoView({ block: "nearest" });
  }
  const summaries = () => objects.map((each) => each.querySelector("summary"));
  const headings = () => sections.map((each) => each.querySelector("h2, h3"));

  const keys = {
    "/": () => find("#search")?.focus(),
    j: () => step(summaries(), 1),
    k: () => step(summaries(), -1),
    n: () => step(headings(), 1),
    p: () => step(headings(), -1),
    o: () => document.activeElement?.closest?.("summary")?.click(),
    e: () => openAll(true),
    c: () => openAll(false),
    v: otherView,
    t: nextTheme,
    "?": () => find("#help")?.showModal(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || find("#help")?.open) return;
    const search = find("#search");
    if (event.key === "Escape" && search) {
      search.value = "";
      search.blur();
      filter();
      return;
    }
    if (/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
    const action = keys[event.key];
    if (action) {
      event.preventDefault();
      action();
    }
  });

  for (const id of ["environment", "risk", "kind"]) find("#" + id)?.addEventListener("change", filter);
  let waiting = 0;
  find("#search")?.addEventListener("input", () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(filter);
  });
  find("#view")?.addEventListener("click", otherView);
  find("#theme")?.addEventListener("click", nextTheme);
  find("#expand")?.addEventListener("click", () => openAll(true));
  find("#collapse")?.addEventListener("click", () => openAll(false));
  find("#keys")?.addEventListener("click", keys["?"]);

  setTheme(themes.includes(recall("theme")) ? recall("theme") : "system");
  setView(recall("view") === "split" ? "split" : "unified");
  filter();
})();
