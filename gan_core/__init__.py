"""Everything about GANs that would be true without a screen. Imports no Streamlit; see README for the floors."""
