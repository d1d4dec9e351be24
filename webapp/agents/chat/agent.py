"""The agent behind the chat: it talks, and it makes artifacts."""

from pathlib import Path

from webapp.agents.base import Agent
from webapp.agents.tools.artifact_tools import ArtifactCreate

PROMPT_FILE = Path(__file__).with_name("prompt.md")


def load_chat_agent() -> Agent:
    """The agent with the prompt that lies beside this file."""
    return Agent(
        name="chat",
        system_prompt=PROMPT_FILE.read_text("utf-8").strip(),
        tools=(ArtifactCreate(),),
    )
