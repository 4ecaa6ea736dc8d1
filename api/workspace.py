"""The numbers of the desk for its leaders: the workspace and the KPIs."""

from fastapi import APIRouter

router = APIRouter(prefix="/api", tags=["metrics"])
