"""The agent behind the chat: it talks, and it makes artifacts."""

from pathlib import Path

from webapp.agents.base import Agent
from webapp.agents.tools.all_tools import ARTIFACT_TOOLS

PROMPT_FILE = Path(__file__).with_name("prompt.md")
# Where the prompt names the libraries that a made thing may load.
LIBRARY_PLACE = "{library}"


def load_chat_agent(library: str = "") -> Agent:
    """The agent with the prompt that lies beside this file. `library` says which libraries there
    are and how they are loaded; empty means none."""
    prompt = PROMPT_FILE.read_text("utf-8").strip()
    return Agent(
        name="chat",
        system_prompt=prompt.replace(LIBRARY_PLACE, library or "There are no libraries to load."),
        tools=ARTIFACT_TOOLS,
    )
