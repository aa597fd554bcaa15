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

  // a card's text without that of its other failures, and theirs: read once, when it is first needed
  const read = () => cards.map((card) => {
    const items = [...card.querySelectorAll(".item")].map((item) => ({ item, text: item.textContent.toLowerCase() }));
    const others = card.querySelector(".others");
    const own = [...card.querySelectorAll("summary, .body > :not(.others)")]
      .filter((part) => !others || !others.contains(part))
      .map((part) => part.textContent).join(" ").toLowerCase();
    return { card, own, items };
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

  let waiting = 0;
  filter.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(search, 120);
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
    document.addEventListener("click", async (event) => {
      const button = event.target.closest(".copy");
      if (!button) return;
      await navigator.clipboard.writeText(button.parentElement.querySelector("code").textContent);
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = "Copy"; }, 2000);
    });
  }
  byId("tools").hidden = false;
})();
