"use strict";
const box = document.getElementById("filter");
const found = document.getElementById("found");
const articles = Array.from(document.querySelectorAll("article"));
const texts = articles.map((one) => (one.id + " " + one.textContent).toLowerCase());
box.addEventListener("input", () => {
  const wanted = box.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  articles.forEach((one, at) => {
    const fits = wanted.every((word) => texts[at].includes(word));
    one.hidden = !fits;
    shown += fits ? 1 : 0;
  });
  found.textContent = wanted.length ? shown + " found" : "";
});
