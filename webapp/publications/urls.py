"""Paths of publishing."""

from django.urls import path

from webapp.publications import views

urlpatterns = [
    path("api/artifacts/<uuid:artifact>/versions/<int:number>/publication", views.publish),
    path("api/artifacts/<uuid:artifact>/publication", views.of_artifact),
    path("api/publications", views.public),
    path("api/publications/<slug:slug>", views.publication),
    path("api/publications/<slug:slug>/picture.webp", views.picture),
    path("api/publications/<slug:slug>/remix", views.remix),
    path("api/publications/<slug:slug>/takedown", views.take_down),
]
