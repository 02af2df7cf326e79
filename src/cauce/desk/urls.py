"""Addresses of the pages that span rooms."""

from django.urls import URLPattern, URLResolver, path

from cauce.desk import actions, board, card, duplicates, find, own, person, photo, register, setup, signin, tokens

app_name = "desk"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", board.start, name="board"),
    path("login/", signin.sign_in, name="login"),
    path("login/second/", signin.second, name="second"),
    path("login/password/", signin.choose, name="choose"),
    path("login/factor/", signin.make, name="make"),
    path("account/", own.own, name="own"),
    path("account/password/", own.password, name="own_password"),
    path("account/factors/", own.add, name="add_factor"),
    path("account/factors/cancel/", own.cancel, name="cancel_factor"),
    path("account/factors/<uuid:factor>/", own.change, name="factor"),
    path("account/codes/", own.codes, name="codes"),
    path("account/elsewhere/", own.elsewhere, name="elsewhere"),
    path("logout/", signin.sign_out, name="logout"),
    path("register/", register.register, name="register"),
    path("register/<uuid:group>/", register.add, name="add"),
    path("register/<uuid:group>/cards/", register.cards, name="cards"),
    path("find/", find.find, name="find"),
    path("duplicates/", duplicates.duplicates, name="duplicates"),
    path("duplicates/<uuid:duplicate>/", duplicates.duplicate, name="duplicate"),
    path("duplicates/<uuid:duplicate>/undo/", duplicates.undo, name="undo_duplicate"),
    path("people/<uuid:person>/", person.person, name="person"),
    path("people/<uuid:person>/why/", person.why, name="why"),
    path("people/<uuid:person>/photo", photo.photo, name="photo"),
    path("people/<uuid:person>/photo/take/", photo.take, name="take_photo"),
    path("people/<uuid:person>/photo/remove/", photo.remove, name="remove_photo"),
    *(path(f"people/<uuid:person>/{name}/", actions.view_of(name), name=name) for name in actions.ACTIONS),
    path("settings/", setup.setup, name="settings"),
    path("settings/quota/", setup.quota, name="quota"),
    path("settings/quota/<uuid:change>/undo/", setup.undo_quota, name="undo_quota"),
    path("settings/accounts/", setup.account, name="account"),
    path("settings/accounts/<str:name>/disable/", setup.disable, name="disable"),
    path("settings/accounts/<str:name>/enable/", setup.enable, name="enable"),
    path("settings/signin/", setup.rules, name="rules"),
    path("settings/accounts/<str:name>/factors/", setup.factors, name="factors"),
    path("settings/accounts/<str:name>/password/", setup.password, name="password"),
    path("settings/tokens/", tokens.tokens, name="tokens"),
    path("settings/tokens/<str:name>/revoke/", tokens.revoke, name="revoke_token"),
    path("c/<str:token>", card.card, name="card"),
]
