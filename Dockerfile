# The app as a Hugging Face Space (Docker), or anywhere else that runs a container:
#   docker build -t gan-classroom . && docker run -p 8501:8501 gan-classroom
FROM python:3.12-slim

# uv finds the CPU build of torch by itself; the lock's CUDA libraries, which only the CUDA build asks for, stay out.
RUN pip install --no-cache-dir uv
WORKDIR /app
COPY pyproject.toml requirements.txt ./
RUN uv pip install --system --no-cache --torch-backend cpu -r pyproject.toml -c requirements.txt

# A Space runs its container as user 1000, whose home is the one place it can write to.
RUN useradd --create-home --uid 1000 user
COPY --chown=1000 . .
USER 1000
ENV HOME=/home/user \
    GAN_CLASSROOM_HOME=/home/user/gan-classroom \
    PYTHONUNBUFFERED=1 \
    STREAMLIT_SERVER_HEADLESS=true \
    STREAMLIT_SERVER_ADDRESS=0.0.0.0 \
    STREAMLIT_SERVER_PORT=8501 \
    # Inside the Space's iframe the protection's cookie belongs to another site, and every upload would be refused.
    STREAMLIT_SERVER_ENABLE_XSRF_PROTECTION=false

EXPOSE 8501
HEALTHCHECK --start-period=30s --interval=30s --timeout=5s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8501/_stcore/health', timeout=4)"]
CMD ["streamlit", "run", "streamlit_app.py"]
