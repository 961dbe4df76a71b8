import socket

from sim import local


def test_the_second_piece_of_an_answer_is_not_held_back():
    with local._listen(0) as door, socket.create_connection(door.getsockname()):
        connection, _ = door.accept()
        with connection:
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
