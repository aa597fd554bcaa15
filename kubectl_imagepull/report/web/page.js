"use strict";
// all of this is convenience: without it the page folds, unfolds and can be copied from by hand
(() => {
  const byId = (id) => document.getElementById(id);
  const cards = [...document.querySelectorAll(".card")];
  if (!cards.length) return;
  const filter = byId("filter");
  const unfold = byId("unfold");
  const found = byId("found");
  const counted = (number, noun) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
  let index = null;

  // facts only: cause, image, node, registry, namespace, pod and workload, not what messages and fixes say of others
  const facts = (part, where) => [...part.querySelectorAll(where)].map((one) => one.textContent).join(" ").toLowerCase();
  const read = () => cards.map((card) => {
    const items = [...card.querySelectorAll(".item")].map((item) => ({ item, text: facts(item, "summary, .facts dd") }));
    return { card, own: facts(card, ".cause, .affects, .about dd"), items };
  });

  const search = () => {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    index = index || read();
    let shown = 0;
    for (const { card, own, items } of index) {
      const left = words.filter((word) => !own.includes(word));
      let matches = left.length ? 0 : 1;
      for (const { item, text } of items) {
        const hit = left.every((word) => text.includes(word));
        item.hidden = !hit;
        matches += hit ? 1 : 0;
      }
      card.hidden = !matches;
      shown += matches ? 1 : 0;
    }
    found.textContent = words.length ? `${shown.toLocaleString("en")} of ${counted(cards.length, "root cause")}` : "";
  };

  // a bar or a row sets the filter, and takes it back
  const buttons = [];
  const press = () => {
    for (const button of buttons) {
      button.setAttribute("aria-pressed", String(filter.value.split(/\s+/).includes(button.textContent)));
    }
  };
  for (const place of document.querySelectorAll("[data-fact]")) {
    // words of ours, such as "no node", are no name to filter by
    if (/\s/.test(place.textContent)) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "fact";
    button.textContent = place.textContent;
    button.title = "Show only its root causes";
    button.addEventListener("click", () => {
      const words = filter.value.split(/\s+/).filter(Boolean);
      const word = button.textContent;
      filter.value = (words.includes(word) ? words.filter((one) => one !== word) : [...words, word]).join(" ");
      search();
      press();
    });
    place.replaceChildren(button);
    buttons.push(button);
  }
  press();

  let waiting = 0;
  filter.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => { search(); press(); }, 120);
  });

  unfold.addEventListener("click", () => {
    const open = unfold.getAttribute("aria-pressed") !== "true";
    for (const card of cards) card.open = open;
    unfold.setAttribute("aria-pressed", String(open));
  });

  // what a link leads to may be folded away
  const reveal = () => {
    const target = byId(location.hash.slice(1));
    for (let part = target; part; part = part.parentElement) if (part.localName === "details") part.open = true;
    if (target) target.scrollIntoView();
  };
  window.addEventListener("hashchange", reveal);
  reveal();

  if (navigator.clipboard) {
    for (const command of document.querySelectorAll(".command")) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "copy";
      button.textContent = "Copy";
      command.append(button);
    }
    for (const repair of document.querySelectorAll(".repair")) {
      if (repair.querySelectorAll(":scope > .command").length < 2) continue;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "copy copy-all";
      button.textContent = "Copy all";
      [...repair.querySelectorAll(":scope > .command")].at(-1).after(button);
    }
    document.addEventListener("click", async (event) => {
      const button = event.target.closest(".copy");
      if (!button) return;
      // of a fix its own commands: those that take it back stand apart, and would do so
      const codes = [...button.parentElement.querySelectorAll(":scope > pre > code, :scope > .command > pre > code")]
        .map((one) => one.textContent);
      const label = button.textContent;
      await navigator.clipboard.writeText(codes.join("\n"));
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = label; }, 2000);
    });
  }
  byId("tools").hidden = false;
})();
