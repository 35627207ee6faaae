// Saves an answer when its field is left, and shows what the form gives by now. Without this script the button
// does the same for the whole form.
"use strict";
(() => {
  const form = document.getElementById("answers");
  if (!form) return;
  const said = document.getElementById("saved");
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  let waiting = Promise.resolve();

  function lines(list, texts) {
    list.replaceChildren(...texts.map((text) => {
      const line = document.createElement(list.tagName === "UL" ? "li" : "p");
      line.textContent = text;
      return line;
    }));
  }

  function show(found) {
    lines(document.getElementById("sentences"), found.sentences);
    document.getElementById("missing").textContent = found.missing;
    const bars = document.querySelectorAll("#areas li");
    found.areas.forEach(([, text, percent], i) => {
      bars[i].querySelector(".number").textContent = text;
      bars[i].querySelector("progress").value = percent;
    });
    for (const list of document.querySelectorAll("[data-problems]")) {
      lines(list, found.items[list.dataset.problems] || []);
    }
  }

  async function save(field) {
    const body = new URLSearchParams({ [field.name]: field.value });
    try {
      const answer = await fetch(form.action, {
        method: "POST", body, headers: { "X-CSRFToken": token, Accept: "application/json" },
      });
      const found = await answer.json();
      if (!answer.ok) throw new Error(found.error);
      show(found);
      field.defaultValue = field.value;
      said.textContent = "已保存。";
      said.className = "";
    } catch (error) {
      // Whoever was logged out meanwhile gets a page instead of JSON.
      said.textContent = `没有保存：${error instanceof SyntaxError || error instanceof TypeError ? "请检查网络，或刷新页面重新登录" : error.message}`;
      said.className = "late";
    }
  }

  document.addEventListener("change", (event) => {
    if (event.target.form !== form || !event.target.name.includes("|")) return;
    said.textContent = "正在保存……";
    waiting = waiting.then(() => save(event.target));
  });
})();
