"""The guided flow for a card that is lost or stolen."""
